/** What filming a run takes and gives; who films is a part of the page that is loaded when it is wanted. */
import type { Picture } from './picture';

export interface FilmOptions {
  under: { picture: Picture; image: CanvasImageSource };
  over: CanvasImageSource;
  /** what is drawn on, which is also what a person sees while it goes on; its size is that of the film */
  canvas: HTMLCanvasElement;
  seconds: number;
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

export interface FilmModule {
  /** what this browser can film, or null when it cannot */
  filmType: () => string | null;
  /** film for so many seconds of wall time; null when it was called off */
  film: (options: FilmOptions) => Promise<Blob | null>;
}
