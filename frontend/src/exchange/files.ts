/** Files on their way out: pictures with everything in them, and names that say what they hold. */
import { iconUrl } from '../core/catalog';

const ROOT = /^[\s\S]*?<svg[^>]*>([\s\S]*)<\/svg>\s*$/;
const icons = new Map<string, string>();

/** The inside of each kind's icon; a kind whose icon cannot be had is left out. */
export async function loadIcons(kinds: Iterable<string>): Promise<ReadonlyMap<string, string>> {
  const missing = [...new Set(kinds)].filter((kind) => !icons.has(kind));
  await Promise.all(
    missing.map(async (kind) => {
      const answer = await fetch(iconUrl(kind)).catch(() => null);
      const inside = answer?.ok ? ROOT.exec(await answer.text())?.[1] : undefined;
      if (inside !== undefined) icons.set(kind, inside);
    }),
  );
  return icons;
}

export function svgUrl(svg: string): string {
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
}

/** An SVG as something that canvases draw. Fails when the browser cannot draw it. */
export async function imageOf(svg: string): Promise<HTMLImageElement> {
  const image = new Image();
  const loaded = new Promise<void>((resolve, reject) => {
    image.onload = () => resolve();
    image.onerror = () => reject(new Error('the picture cannot be drawn'));
  });
  image.src = svgUrl(svg);
  await loaded;
  return image;
}

/** Browsers draw no larger canvas than this on a side. */
const SIDE_MOST = 8192;

/** The scale that a picture of this size can really have. */
export function scaleWithin(width: number, height: number, scale: number): number {
  return Math.min(scale, SIDE_MOST / width, SIDE_MOST / height);
}

export async function pngOf(svg: string, width: number, height: number, scale: number): Promise<Blob> {
  const image = await imageOf(svg);
  const real = scaleWithin(width, height, scale);
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * real);
  canvas.height = Math.round(height * real);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('the picture cannot be drawn');
  return blob;
}

/** A file name from what the scenario is called, in any script. */
export function fileName(name: string, ending: string): string {
  const stem = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${stem || 'scenario'}.${ending}`;
}

export function save(content: Blob | string, name: string, type = 'text/plain;charset=utf-8'): void {
  const blob = typeof content === 'string' ? new Blob([content], { type }) : content;
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Whether the page is dark now. */
export function isDark(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}
