import { chooseCredentialStore, openCredentialStore } from '../credentials/policy.ts';
import { reconnectCommand } from '../orgs/reconnect-command.ts';
import { openOrgRegistry } from '../orgs/registry.ts';
import { type Check, type DoctorWorld, failed } from './doctor.ts';

const storeNames = {
  keychain: 'keychain',
  file: 'encrypted file',
  memory: 'memory of the process',
  environment: 'environment',
};

/** The place for new secrets, tried with a real write, and the secret of each connected org. */
export async function checkCredentials({ config }: DoctorWorld): Promise<Check[]> {
  const checks: Check[] = [];
  try {
    const store = await chooseCredentialStore(config);
    checks.push({
      id: 'credential-store',
      result: 'ok',
      message: `New secrets go to the ${storeNames[store.backend]}.`,
    });
  } catch (error) {
    checks.push(failed('credential-store', error));
  }
  for (const org of await openOrgRegistry(config.configDir).list()) {
    if (org.credentialStore === 'environment' || org.credentialStore === 'memory') continue;
    const id = `credential:${org.alias}`;
    try {
      const secret = await openCredentialStore(org.credentialStore, config).get(org.id);
      checks.push(
        secret
          ? { id, result: 'ok', message: `The sign-in of ${org.alias} is in the ${org.credentialStore}.` }
          : {
              id,
              result: 'failed',
              message: `The ${org.credentialStore} has no sign-in of ${org.alias}: it is locked, or the entry was removed.`,
              fix: `Unlock it; else ${reconnectCommand(org)}`,
            },
      );
    } catch (error) {
      checks.push(failed(id, error));
    }
  }
  return checks;
}
