/**
 * The images of this deployment: the systems that the manual names, with what it says of them. The ids have the form of
 * the official ones; their date is that of this catalogue.
 */

export interface Image {
  /** e.g. centos_7_03_64_20G_alibase_20200904.vhd */
  readonly id: string;
  readonly family: string;
  readonly platform: string;
  readonly osType: 'linux' | 'windows';
  readonly osName: string;
  readonly architecture: 'x86_64';
  /** Least size of the system disk, GiB. */
  readonly sizeGiB: number;
  /** Whether the system can spread a network card over several queues, and whether it does so by itself. */
  readonly multiQueue: { readonly supported: boolean; readonly enabledByDefault: boolean };
  /** Whether the system configures secondary interfaces when they appear. */
  readonly configuresSecondaryInterfaces: boolean;
}

/** Day of this catalogue, as ids carry it. */
const DATE = '20200904';
export const CATALOGUE_TIME = Date.UTC(2020, 8, 4);

type MultiQueue = 'on' | 'off' | 'none';

/** [start of the id, family, platform, name, multi-queue, configures secondary interfaces] */
type Facts = readonly [string, string, string, string, MultiQueue, boolean];

const LINUX: readonly Facts[] = [
  [
    'aliyun_2_1903_x64',
    'acs:alibaba_cloud_linux_2_1903_lts_x64',
    'Aliyun',
    'Alibaba Cloud Linux  2.1903 LTS 64 bit',
    'on',
    false,
  ],
  ['aliyun_17_1_64', 'acs:aliyun_linux_17_1_x64', 'Aliyun', 'Aliyun Linux  17.1 64 bit', 'off', false],
  ['centos_6_08_64', 'acs:centos_6_8_x64', 'CentOS', 'CentOS  6.8 64 bit', 'on', true],
  ['centos_6_09_64', 'acs:centos_6_9_x64', 'CentOS', 'CentOS  6.9 64 bit', 'on', false],
  ['centos_7_02_64', 'acs:centos_7_2_x64', 'CentOS', 'CentOS  7.2 64 bit', 'on', false],
  ['centos_7_03_64', 'acs:centos_7_3_x64', 'CentOS', 'CentOS  7.3 64 bit', 'on', true],
  ['centos_7_04_64', 'acs:centos_7_4_x64', 'CentOS', 'CentOS  7.4 64 bit', 'on', false],
  ['debian_8_09_64', 'acs:debian_8_9_x64', 'Debian', 'Debian  8.9 64 bit', 'on', false],
  ['debian_9_02_64', 'acs:debian_9_2_x64', 'Debian', 'Debian  9.2 64 bit', 'on', false],
  ['opensuse_42_3_64', 'acs:opensuse_42_3_x64', 'OpenSUSE', 'OpenSUSE  42.3 64 bit', 'off', false],
  ['redhat_6_9_64', 'acs:redhat_6_9_x64', 'Red Hat', 'Red Hat Enterprise Linux  6.9 64 bit', 'off', false],
  ['redhat_7_4_64', 'acs:redhat_7_4_x64', 'Red Hat', 'Red Hat Enterprise Linux  7.4 64 bit', 'off', false],
  ['redhat_7_5_64', 'acs:redhat_7_5_x64', 'Red Hat', 'Red Hat Enterprise Linux  7.5 64 bit', 'off', false],
  ['sles_12_sp1_64', 'acs:sles_12_sp1_x64', 'SUSE', 'SUSE Linux Enterprise Server  12 SP1 64 bit', 'on', false],
  ['sles_12_sp2_64', 'acs:sles_12_sp2_x64', 'SUSE', 'SUSE Linux Enterprise Server  12 SP2 64 bit', 'on', false],
  ['ubuntu_14_04_x64', 'acs:ubuntu_14_04_x64', 'Ubuntu', 'Ubuntu  14.04 64 bit', 'on', false],
  ['ubuntu_16_04_x64', 'acs:ubuntu_16_04_x64', 'Ubuntu', 'Ubuntu  16.04 64 bit', 'on', false],
  ['ubuntu_18_04_x64', 'acs:ubuntu_18_04_x64', 'Ubuntu', 'Ubuntu  18.04 64 bit', 'on', false],
];

const WINDOWS: readonly Facts[] = [
  [
    'win2008r2_64_ent_sp1_en-us',
    'acs:windows_2008r2_ent_64',
    'Windows Server 2008',
    'Windows Server  2008 R2 Enterprise 64 bit English',
    'none',
    true,
  ],
  [
    'win2012r2_64_dtc_en-us',
    'acs:windows_2012r2_dtc_64',
    'Windows Server 2012',
    'Windows Server  2012 R2 Data Center 64 bit English',
    'on',
    true,
  ],
  [
    'win2016_64_dtc_en-us',
    'acs:windows_2016_dtc_64',
    'Windows Server 2016',
    'Windows Server  2016 Data Center 64 bit English',
    'on',
    true,
  ],
];

export const IMAGES: readonly Image[] = [
  ...LINUX.map((facts) => imageOf(facts, 'linux', 20)),
  ...WINDOWS.map((facts) => imageOf(facts, 'windows', 40)),
];

const BY_ID = new Map(IMAGES.map((image) => [image.id, image]));

/** The image with this id, or undefined. */
export function findImage(id: string): Image | undefined {
  return BY_ID.get(id);
}

function imageOf(facts: Facts, osType: Image['osType'], sizeGiB: number): Image {
  const [start, family, platform, osName, multiQueue, configuresSecondaryInterfaces] = facts;
  return {
    id: `${start}_${sizeGiB}G_alibase_${DATE}.vhd`,
    family,
    platform,
    osType,
    osName,
    architecture: 'x86_64',
    sizeGiB,
    multiQueue: { supported: multiQueue !== 'none', enabledByDefault: multiQueue === 'on' },
    configuresSecondaryInterfaces,
  };
}
