/** Images in answers. */
import { formatSeconds } from '../../values/clock.ts';
import { CATALOGUE_TIME, type Image } from './catalogue.ts';

/** An item of DescribeImages. `used`: whether an instance of the caller has it. */
export function listedImage(image: Image, used: boolean) {
  return {
    ImageId: image.id,
    ImageName: image.id,
    ImageFamily: image.family,
    ImageOwnerAlias: 'system',
    ImageVersion: '',
    Description: descriptionOf(image),
    OSType: image.osType,
    OSName: image.osName,
    OSNameEn: image.osName,
    Platform: image.platform,
    Architecture: image.architecture,
    Size: image.sizeGiB,
    Status: 'Available',
    Progress: '100%',
    Usable: true,
    Usage: used ? 'instance' : 'none',
    CreationTime: formatSeconds(CATALOGUE_TIME),
    IsCopied: false,
    IsPublic: false,
    IsSelfShared: '',
    IsSubscribed: false,
    IsSupportCloudinit: false,
    IsSupportIoOptimized: true,
    ResourceGroupId: '',
    ProductCode: '',
    SupplierName: '',
    LicenseType: '',
    ImageOwnerId: 0,
    BootMode: '',
    LoginAsNonRootSupported: false,
    SecureBootOptions: { SecureBootSupport: 'unsupported' },
    DetectionOptions: { Status: '', Items: { Item: [] } },
    Features: {
      CpuOnlineDowngrade: 'unsupported',
      CpuOnlineUpgrade: 'unsupported',
      MemoryOnlineDowngrade: 'unsupported',
      MemoryOnlineUpgrade: 'unsupported',
      NvmeSupport: 'unsupported',
      ImdsSupport: '',
    },
    DiskDeviceMappings: { DiskDeviceMapping: [] },
    Tags: { Tag: [] },
  };
}

/** What is known of the system, and that its instances do not run it. */
function descriptionOf({ osName, multiQueue, configuresSecondaryInterfaces }: Image): string {
  const queues = multiQueue.supported ? `yes, ${multiQueue.enabledByDefault ? 'on' : 'off'} by default` : 'no';
  const interfaces = configuresSecondaryInterfaces ? 'by the system itself' : 'by hand';
  return (
    `NIC multi-queue: ${queues}. Secondary ENIs are configured ${interfaces}. ` +
    `Instances of this image are namespace instances: they run the programs and the kernel of the machine, not ${osName.replaceAll('  ', ' ')}.`
  );
}
