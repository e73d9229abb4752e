import { useEffect } from 'react';
import { stepProblem } from './navigation';

/** F8 goes to the next problem, Shift+F8 to the previous one. */
export function useProblemKeys(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== 'F8') return;
      event.preventDefault();
      stepProblem(event.shiftKey ? -1 : 1);
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
}
