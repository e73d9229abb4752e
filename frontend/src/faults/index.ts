export { FaultMenu } from './FaultMenu';
