/** Parameters that the official API knows and this system does not serve: known by name, so that they are refused. */
import { boolean, integer, text } from './parameter.ts';

export const unserved = (help: string) => text({ fate: 'refused', help });
export const unservedNumber = (help: string) => integer({ fate: 'refused', help });
export const unservedSwitch = (help: string) => boolean({ fate: 'refused', help });
