/**
 * Texts of one look, drawn together: setting a font takes longer than writing a word with it.
 */
export class Pile {
  readonly #font: string;
  readonly #fill: string;
  readonly #align: CanvasTextAlign;
  readonly #texts: string[] = [];
  /** x,y pairs */
  readonly #places: number[] = [];

  constructor(font: string, fill: string, align: CanvasTextAlign) {
    this.#font = font;
    this.#fill = fill;
    this.#align = align;
  }

  add(text: string, x: number, y: number): void {
    this.#texts.push(text);
    this.#places.push(x, y);
  }

  /** Width of a text in this look, in flow pixels. */
  widthOf(ctx: CanvasRenderingContext2D, text: string): number {
    return widthOf(ctx, this.#font, text);
  }

  draw(ctx: CanvasRenderingContext2D): void {
    if (this.#texts.length === 0) return;
    ctx.font = this.#font;
    ctx.fillStyle = this.#fill;
    ctx.textAlign = this.#align;
    for (let at = 0; at < this.#texts.length; at++) {
      ctx.fillText(
        this.#texts[at] as string,
        this.#places[2 * at] as number,
        this.#places[2 * at + 1] as number,
      );
    }
  }
}

/** Widths of the few words there are, by their font and text: measuring costs as much as drawing. */
const widths = new Map<string, Map<string, number>>();
/** Words with figures in them are many; those measured longest ago are forgotten all at once. */
const WIDTHS_MOST = 500;

export function widthOf(ctx: CanvasRenderingContext2D, font: string, text: string): number {
  let known = widths.get(font);
  if (!known || known.size > WIDTHS_MOST) {
    if (widths.size > WIDTHS_MOST) widths.clear();
    known = new Map();
    widths.set(font, known);
  }
  const found = known.get(text);
  if (found !== undefined) return found;
  ctx.font = font;
  const { width } = ctx.measureText(text);
  known.set(text, width);
  return width;
}
