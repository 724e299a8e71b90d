import { ArrayMaxSize, ArrayMinSize, IsArray, IsUUID } from 'class-validator';

/** Assets that one request erases: each is a transaction of its own. */
const ERASURES_MAX = 100;

/** Assets to be erased, of whatever client. */
export class ErasuresBody {
  @IsArray({ message: 'must be a list of asset ids' })
  @ArrayMinSize(1, { message: 'must name an asset' })
  @ArrayMaxSize(ERASURES_MAX, { message: `may name ${ERASURES_MAX} assets at most` })
  @IsUUID(undefined, { each: true, message: 'must be ids of assets' })
  assetIds!: string[];
}
