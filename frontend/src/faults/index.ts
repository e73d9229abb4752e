export { AimBanner } from './AimBanner';
export { FaultMenu } from './FaultMenu';
