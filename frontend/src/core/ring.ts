/** The newest `capacity` things in order; pushing one more forgets the oldest. */
export class Ring<T> {
  readonly capacity: number;
  #items: (T | undefined)[] = [];
  #first = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get length(): number {
    return this.#items.length;
  }

  push(item: T): void {
    if (this.#items.length < this.capacity) {
      this.#items.push(item);
      return;
    }
    this.#items[this.#first] = item;
    this.#first = (this.#first + 1) % this.capacity;
  }

  /** 0 is the oldest, -1 the newest. */
  at(index: number): T | undefined {
    const size = this.#items.length;
    const from = index < 0 ? size + index : index;
    if (from < 0 || from >= size) return undefined;
    return this.#items[(this.#first + from) % size];
  }

  clear(): void {
    this.#items = [];
    this.#first = 0;
  }

  /** The items from `index` on, oldest first. */
  from(index: number): T[] {
    const out: T[] = [];
    for (let at = Math.max(0, index); at < this.length; at++) out.push(this.at(at) as T);
    return out;
  }

  /** Index of the first item whose key is at least `key`; keys never fall from old to new. */
  lowerBound(key: number, keyOf: (item: T) => number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (keyOf(this.at(middle) as T) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
