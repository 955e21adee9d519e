// `npm run amp -- …`: runs the command line from source.
import { main } from '../src/main.ts';

process.exitCode = await main(process.argv.slice(2));
