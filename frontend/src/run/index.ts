export { ConnectionBanner } from './ConnectionBanner';
export { Differences } from './Differences';
export { RunBar } from './RunBar';
export { Summary } from './Summary';
