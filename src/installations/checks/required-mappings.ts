import { missingChoices } from '../choices.ts';
import { at, type ConfigCheck } from './config-check.ts';

/** Every required mapping of the objects this installation reads has a source. */
export const checkRequiredMappings: ConfigCheck = ({ integration, config }) =>
  missingChoices(integration, config).map(({ objectName, mapToName, prompt }) => ({
    code: 'config-required-mapping',
    severity: 'error',
    path: at('read', 'objects', objectName, 'selectedFieldMappings', mapToName),
    message: `No field is chosen for ${mapToName} of ${objectName}.${prompt ? ` ${prompt}` : ''}`,
    hint: `--map ${mapToName}=<Field>`,
  }));
