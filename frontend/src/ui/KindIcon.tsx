import type { CSSProperties } from 'react';
import { iconUrl } from '../core/catalog';

/** A component kind's icon in the colour of the surrounding text. */
export function KindIcon({ kind }: { kind: string }) {
  const style = { '--icon': `url("${iconUrl(kind)}")` } as CSSProperties;
  return <span className="kind-icon" style={style} aria-hidden="true" />;
}
