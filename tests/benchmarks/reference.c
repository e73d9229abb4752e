/* A plain loop over a heap of events: how fast a request-level simulation can be when it is nothing else.

   Reads a model from standard input and prints: requests completed, mean latency (s), processor time (s), events.
   Input: seed, rate (1/s), requests; number of pools and their capacities; number of steps, and for each
   "do first among value cursor" as in models.py. The first tenth of the requests warms up and is not counted. */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { ACQUIRE, HOLD, DELAY, RELEASE, CHANCE, SPAWN, END, FINISH };
enum { STEPS = 512, POOLS = 256, HELD = 16 };

typedef struct { int what, first, count, cursor; double value; } Step;
typedef struct { int free, head, tail; } Pool;
typedef struct { double began; int at, next, held_count, held[HELD]; } Request;
typedef struct { double t; int who; } Event;

static Step steps[STEPS];
static Pool pools[POOLS];
static int cursors[POOLS];
static Request *requests;
static Event *heap;
static int room, free_request, heap_count;
static uint64_t random_state[4];

static uint64_t rotated(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

/* xoshiro256++ (Blackman and Vigna 2019) */
static double uniform(void) {
    uint64_t *s = random_state, result = rotated(s[0] + s[3], 23) + s[0], t = s[1] << 17;
    s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t; s[3] = rotated(s[3], 45);
    return (result >> 11) * 0x1.0p-53;
}

static double exponential(double mean) { return -mean * log1p(-uniform()); }

static void plan(double t, int who) {
    int at = heap_count++;
    while (at > 0 && heap[(at - 1) / 2].t > t) { heap[at] = heap[(at - 1) / 2]; at = (at - 1) / 2; }
    heap[at] = (Event){t, who};
}

static Event earliest(void) {
    Event top = heap[0], last = heap[--heap_count];
    int at = 0;
    for (int child; (child = 2 * at + 1) < heap_count; at = child) {
        if (child + 1 < heap_count && heap[child + 1].t < heap[child].t) child++;
        if (heap[child].t >= last.t) break;
        heap[at] = heap[child];
    }
    heap[at] = last;
    return top;
}

static int allot(void) {
    if (free_request < 0) {
        int old = room;
        room = room ? 2 * room : 1024;
        requests = realloc(requests, room * sizeof *requests);
        heap = realloc(heap, (room + 2) * sizeof *heap);
        if (!requests || !heap) exit(1);
        for (int i = room - 1; i >= old; i--) { requests[i].next = free_request; free_request = i; }
    }
    int who = free_request;
    free_request = requests[who].next;
    requests[who].held_count = 0;
    return who;
}

int main(void) {
    long wanted, completed = 0, counted = 0, events = 0;
    unsigned long long seed;
    double rate, now = 0, latency_sum = 0;
    int pool_count, step_count;
    if (scanf("%llu %lf %ld %d", &seed, &rate, &wanted, &pool_count) != 4 || pool_count > POOLS) return 2;
    for (int i = 0; i < pool_count; i++) {
        if (scanf("%d", &pools[i].free) != 1) return 2;
        pools[i].head = pools[i].tail = -1;
    }
    if (scanf("%d", &step_count) != 1 || step_count > STEPS) return 2;
    for (int i = 0; i < step_count; i++) {
        Step *s = &steps[i];
        if (scanf("%d %d %d %lf %d", &s->what, &s->first, &s->count, &s->value, &s->cursor) != 5) return 2;
    }
    for (int i = 0; i < 4; i++) { /* splitmix64 */
        uint64_t z = (seed += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        random_state[i] = z ^ (z >> 31);
    }
    free_request = -1;
    int source = allot();
    plan(exponential(1 / rate), source);
    while (completed < wanted) {
        Event event = earliest();
        int who = event.who, ready = -1;
        now = event.t;
        events++;
        if (who == source) {
            plan(now + exponential(1 / rate), source);
            who = allot();
            requests[who].began = now;
            requests[who].at = 0;
        }
        while (who >= 0) {
            Request *r = &requests[who];
            Step *s = &steps[r->at++];
            int waits = 0;
            if (s->what == ACQUIRE) {
                int p = s->first;
                if (s->count > 1) {
                    p += cursors[s->cursor];
                    if (++cursors[s->cursor] == s->count) cursors[s->cursor] = 0;
                }
                r->held[r->held_count++] = p;
                if (pools[p].free > 0) pools[p].free--;
                else {
                    r->next = -1;
                    if (pools[p].tail < 0) pools[p].head = who;
                    else requests[pools[p].tail].next = who;
                    pools[p].tail = who;
                    waits = 1;
                }
            } else if (s->what == HOLD || s->what == DELAY) {
                plan(now + (s->what == HOLD ? exponential(s->value) : s->value), who);
                waits = 1;
            } else if (s->what == RELEASE) {
                Pool *p = &pools[r->held[--r->held_count]];
                int next = p->head;
                if (next < 0) p->free++;
                else {
                    p->head = requests[next].next;
                    if (p->head < 0) p->tail = -1;
                    requests[next].next = ready; /* it goes on at once, after this one */
                    ready = next;
                }
            } else if (s->what == CHANCE) {
                if (uniform() < s->value) r->at = s->first;
            } else if (s->what == SPAWN) {
                int other = allot();
                requests[other].at = s->first;
                requests[other].next = ready;
                ready = other;
            } else {
                if (s->what == END) {
                    completed++;
                    if (completed > wanted / 10) { counted++; latency_sum += now - r->began; }
                }
                r->next = free_request;
                free_request = who;
                waits = 1;
            }
            if (waits) {
                who = ready;
                if (who >= 0) ready = requests[who].next;
            }
        }
    }
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double cpu_s = used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
    printf("%ld %.9f %.6f %ld\n", completed, latency_sum / counted, cpu_s, events);
    return 0;
}
