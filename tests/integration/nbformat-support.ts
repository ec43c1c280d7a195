import { statSync } from "node:fs";
import { join } from "node:path";

const given = process.env.LOOPBOOK_TEST_PYTHON ?? join(import.meta.dirname, "../../.loopbook/python");

/** The Python that has Jupyter's packages: the environment's folder or its interpreter may be given. */
export const PYTHON = statSync(given).isDirectory() ? join(given, "bin/python") : given;
