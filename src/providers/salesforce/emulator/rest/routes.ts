import { open, part, type Route } from '../server/router.ts';
import { listDeleted, listUpdated } from './changes.ts';
import { describeGlobal, describeObject, showObject } from './describe.ts';
import { countRecords, listLimits } from './limits.ts';
import { readMore, runQuery, runSearch } from './query.ts';
import {
  createRecord,
  deleteByExternalId,
  deleteRecord,
  retrieveByExternalId,
  retrieveRecord,
  updateRecord,
  upsertRecord,
} from './records.ts';
import { listResources, listVersions } from './versions.ts';

export const restRoutes: Route[] = [
  open('GET', '/services/data', listVersions),
  part('GET', '', listResources),
  part('GET', '/limits', listLimits),
  part('GET', '/limits/recordCount', countRecords),
  part('GET', '/query', runQuery(false)),
  part('GET', '/queryAll', runQuery(true)),
  part('GET', '/query/:locator', readMore),
  part('GET', '/queryAll/:locator', readMore),
  part('GET', '/search', runSearch),
  part('GET', '/sobjects', describeGlobal),
  part('GET', '/sobjects/:object', showObject),
  part('POST', '/sobjects/:object', createRecord),
  part('GET', '/sobjects/:object/describe', describeObject),
  part('GET', '/sobjects/:object/updated', listUpdated),
  part('GET', '/sobjects/:object/deleted', listDeleted),
  part('POST', '/sobjects/:object/Id', createRecord),
  part('GET', '/sobjects/:object/:id', retrieveRecord),
  part('PATCH', '/sobjects/:object/:id', updateRecord),
  part('DELETE', '/sobjects/:object/:id', deleteRecord),
  part('GET', '/sobjects/:object/:field/:value', retrieveByExternalId),
  part('PATCH', '/sobjects/:object/:field/:value', upsertRecord),
  part('DELETE', '/sobjects/:object/:field/:value', deleteByExternalId),
];
