export { ChartsPanel } from './ChartsPanel';
export { NodeLive } from './NodeLive';
