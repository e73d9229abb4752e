import { useEffect, useRef, useState } from 'react';
import { feed } from '../core/feed';
import type { FilmModule } from '../core/filming';
import { drawPicture } from '../core/picture';
import { useRun } from '../runStore';
import { errorText } from '../session';
import { notify, useEditor } from '../store';
import { Glyph } from '../ui/icons';
import { useTexts } from '../useTexts';
import { fileName, imageOf, isDark, loadIcons, save } from './files';

const SECONDS = [5, 10, 20, 30] as const;
const SIZES = { hd: [1280, 720], full_hd: [1920, 1080], square: [1080, 1080] } as const;
type Size = keyof typeof SIZES;
const SIZE_NAMES: readonly Size[] = ['hd', 'full_hd', 'square'];

/** Films the run as it goes: length and size, what is being filmed, and a way to call it off. */
export function FilmForm({ filming }: { filming: () => Promise<FilmModule> }) {
  const texts = useTexts();
  const { t } = texts;
  const running = useRun((state) => state.run?.status === 'running');
  const [seconds, setSeconds] = useState<number>(10);
  const [size, setSize] = useState<Size>('hd');
  const [share, setShare] = useState<number | null>(null);
  const [able, setAble] = useState(true);
  const canvas = useRef<HTMLCanvasElement>(null);
  const stop = useRef<AbortController | null>(null);
  const [width, height] = SIZES[size];

  useEffect(() => {
    void filming().then(({ filmType }) => setAble(filmType() !== null));
    return () => stop.current?.abort();
  }, [filming]);

  const begin = async () => {
    const { document, catalog } = useEditor.getState();
    if (!catalog || !canvas.current) return;
    const ended = new AbortController();
    stop.current = ended;
    setShare(0);
    try {
      const { film } = await filming();
      const icons = await loadIcons(document.nodes.map((node) => node.kind));
      const options = { dark: isDark(), title: true, feed: null };
      const under = drawPicture(document, catalog, icons, texts, { ...options, layer: 'under' });
      const over = drawPicture(document, catalog, icons, texts, { ...options, layer: 'over' });
      const made = await film({
        under: { picture: under, image: await imageOf(under.svg) },
        over: await imageOf(over.svg),
        canvas: canvas.current,
        seconds,
        onProgress: setShare,
        signal: ended.signal,
      });
      if (made) save(made, fileName(document.name, made.type.includes('mp4') ? 'mp4' : 'webm'));
    } catch (error) {
      notify(errorText(error), 'error');
    }
    stop.current = null;
    setShare(null);
  };
  const filmingNow = share !== null;
  if (!able) return <p className="muted">{t('exchange.film.unable')}</p>;
  return (
    <>
      <div className="exchange-checks">
        <Choice
          label={t('exchange.film.length')}
          value={seconds}
          options={SECONDS}
          text={(count) => `${count} s`}
          disabled={filmingNow}
          onChange={setSeconds}
        />
        <Choice
          label={t('exchange.film.size')}
          value={size}
          options={SIZE_NAMES}
          text={(name) => t(`exchange.film.sizes.${name}`)}
          disabled={filmingNow}
          onChange={setSize}
        />
      </div>
      <canvas ref={canvas} className="exchange-preview" hidden={!filmingNow} width={width} height={height} />
      {filmingNow ? (
        <>
          <progress
            className="exchange-progress"
            value={share}
            max={1}
            aria-label={t('exchange.film.progress')}
          />
          <button type="button" className="button" onClick={() => stop.current?.abort()}>
            <Glyph name="close" />
            {t('exchange.film.cancel')}
          </button>
        </>
      ) : (
        <>
          {!running && (
            <p className="muted">{t(feed.frame ? 'exchange.film.paused' : 'exchange.film.no_run')}</p>
          )}
          <button type="button" className="button primary" disabled={!running} onClick={() => void begin()}>
            <Glyph name="film" />
            {t('exchange.film.begin')}
          </button>
        </>
      )}
    </>
  );
}

interface ChoiceProps<T extends string | number> {
  label: string;
  value: T;
  options: readonly T[];
  text: (option: T) => string;
  disabled: boolean;
  onChange: (option: T) => void;
}

function Choice<T extends string | number>({
  label,
  value,
  options,
  text,
  disabled,
  onChange,
}: ChoiceProps<T>) {
  return (
    <label className="exchange-check">
      {label}
      <select
        className="input"
        value={value}
        disabled={disabled}
        onChange={(event) => {
          const chosen = options.find((option) => String(option) === event.target.value);
          if (chosen !== undefined) onChange(chosen);
        }}
      >
        {options.map((option) => (
          <option key={option} value={option}>
            {text(option)}
          </option>
        ))}
      </select>
    </label>
  );
}
