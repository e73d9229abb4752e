// The page imports the run's state from here.
export { useRun } from '../runStore';
