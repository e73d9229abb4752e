export { ConnectionBanner } from './ConnectionBanner';
export { RunBar } from './RunBar';
export { Summary } from './Summary';
