/** Parameters that say where and how a call is made, alike in every action. */
import { boolean, text } from './parameter.ts';

const REGION_HELP = 'Region of the resources, e.g. cn-hangzhou.';

export const regionId = text({ fate: 'realised', help: REGION_HELP, required: true });

/** For actions that name a resource by its id: without a region the id alone decides. */
export const optionalRegionId = text({
  fate: 'realised',
  help: `${REGION_HELP} Without it the id is looked up in every region.`,
});

/** At most 64 printable ASCII characters. */
export const clientToken = text({
  fate: 'realised',
  help: 'Makes the call safe to repeat: the same token with the same parameters gives the first answer again and changes nothing. At most 64 ASCII characters.',
  length: [0, 64],
  pattern: '[\\x20-\\x7e]*',
});

export const dryRun = boolean({
  fate: 'realised',
  help: 'true: check everything and change nothing; a check that passes is reported as the error DryRunOperation.',
});
