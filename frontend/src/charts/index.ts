export { ChartsPanel } from './ChartsPanel';
export { EdgeLive } from './EdgeLive';
export { NodeLive } from './NodeLive';
