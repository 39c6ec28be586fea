/** Actions on SSH key pairs: parameters, answers, codes. */
import { action } from './action.ts';
import { ownership } from './ownership.ts';
import { pages } from './paging.ts';
import { boolean, text } from './parameter.ts';
import { regionId } from './request.ts';
import { tagFilter } from './tags.ts';

/** Without OwnerAccount, as some actions have it. */
const { OwnerAccount: _none, ...owner } = ownership;

export const describeKeyPairs = action({
  product: 'Ecs',
  name: 'DescribeKeyPairs',
  summary: 'Lists SSH key pairs. There are none: no key is ever installed in a guest.',
  effect: 'read',
  parameters: {
    ...owner,
    RegionId: regionId,
    KeyPairName: text({ fate: 'realised', help: 'Only key pairs of this name; * stands for any text.' }),
    KeyPairFingerPrint: text({ fate: 'realised', help: 'Only the key pair with this fingerprint.' }),
    IncludePublicKey: boolean({ fate: 'accepted', help: 'Whether public keys are answered.' }),
    ResourceGroupId: text({ fate: 'realised', help: 'Only key pairs of this resource group.' }),
    Tag: tagFilter,
    ...pages(50),
  },
  answer: {
    KeyPairs: {
      KeyPair: [
        {
          CreationTime: 'string',
          KeyPairFingerPrint: 'string',
          KeyPairName: 'string',
          PublicKey: 'string',
          ResourceGroupId: 'string',
          Tags: { Tag: [{ TagKey: 'string', TagValue: 'string' }] },
        },
      ],
    },
    PageNumber: 'integer',
    PageSize: 'integer',
    TotalCount: 'integer',
  },
  errors: ['InvalidRegionId.NotFound', 'InvalidTagKey.Malformed', 'InvalidTagCount'],
});
