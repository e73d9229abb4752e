export { DotsLayer } from './DotsLayer';
export { GaugesLayer } from './GaugesLayer';
