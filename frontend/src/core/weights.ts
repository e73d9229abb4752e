/** Weights of names as people and documents write them: "seoul 60, tokyo 40". */

export type Weights = readonly (readonly [name: string, weight: number])[];

/** The names with their weights; what is no such list is left out. */
export function weightsIn(text: string): Weights {
  return text
    .split(',')
    .map((part) => part.replace(':', ' ').trim().split(/\s+/))
    .flatMap(([name, weight]) => {
      const value = Number(weight);
      return name && weight && Number.isFinite(value) && value >= 0 ? [[name, value] as const] : [];
    });
}

export function weightsText(weights: Weights): string {
  return weights.map(([name, weight]) => `${name} ${weight}`).join(', ');
}

/** The share of each name; 0 of those without weight. */
export function sharesOf(weights: Weights): number[] {
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  return weights.map(([, weight]) => (total > 0 ? weight / total : 0));
}
