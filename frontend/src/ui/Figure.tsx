import { type ReactNode, useId } from 'react';
import './figure.css';

/** A number that says, pointed at or focused, what it is, over which time and in which unit. */
export function Figure({ meaning, children }: { meaning: string; children: ReactNode }) {
  const id = useId();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever moves by keys must be able to read the meaning, too
    <span className="figure" tabIndex={0} aria-describedby={id}>
      {children}
      <span role="tooltip" id={id} className="figure-tip">
        {meaning}
      </span>
    </span>
  );
}
