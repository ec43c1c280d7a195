import { useEffect, useState } from "react";
import type { KernelSpecView } from "../../api/http.ts";
import { navigate } from "../app/router.ts";
import { Button } from "../parts/button.tsx";
import dialogStyles from "../parts/dialog.module.css";
import { Dialog } from "../parts/dialog.tsx";
import { Field } from "../parts/field.tsx";
import { answerOf, api } from "../session/api.ts";
import type { Answer } from "../session/channel.ts";
import { freeName, notebookName } from "./notebook-name.ts";
import { TEMPLATES } from "./template-names.ts";

/** Makes a notebook in this folder: a name and a kernel, both proposed. */
export function NewNotebook({ folder, existing }: { folder: string; existing: readonly string[] }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button look="go" onClick={() => setOpen(true)}>
        New notebook
      </Button>
      {open && <NewNotebookDialog folder={folder} existing={existing} onClose={() => setOpen(false)} />}
    </>
  );
}

/** The file with what it begins with; true: it is there. */
async function begin(
  template: string,
  path: string,
  spec: KernelSpecView | null,
): Promise<true | Answer<never>> {
  if (template.endsWith(".ipynb")) {
    const copied = await answerOf(api.copyFile({ from: template, to: path }));
    return copied.ok ? true : copied;
  }
  const [{ templateNotebook }, { sendFile }] = await Promise.all([
    import("./templates.ts"),
    import("./send-file.ts"),
  ]);
  const content = new Blob([JSON.stringify(templateNotebook(template, spec), null, 1)]);
  const sent = await sendFile(path, content, "refuse");
  return sent.ok ? true : sent;
}

function NewNotebookDialog(props: { folder: string; existing: readonly string[]; onClose: () => void }) {
  const { folder, existing, onClose } = props;
  const [specs, setSpecs] = useState<Answer<readonly KernelSpecView[]> | null>(null);
  const [kernelName, setKernelName] = useState("");
  const [name, setName] = useState(() => freeName(existing));
  const [template, setTemplate] = useState("empty");
  const [own, setOwn] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    void answerOf(api.files("templates")).then((answer) => {
      if (answer.ok)
        setOwn(answer.value.entries.filter((entry) => entry.type === "notebook").map((entry) => entry.path));
    });
    void answerOf(api.kernelSpecs()).then((answer) => {
      setSpecs(answer);
      if (!answer.ok) return;
      const python = answer.value.find((spec) => spec.language.toLowerCase() === "python");
      setKernelName((python ?? answer.value[0])?.name ?? "");
    });
  }, []);

  const create = async (): Promise<void> => {
    const checked = notebookName(name, existing);
    if (!checked.ok) return setProblem(checked.message);
    setBusy(true);
    const path = folder === "" ? checked.name : `${folder}/${checked.name}`;
    const spec = specs?.ok ? (specs.value.find((one) => one.name === kernelName) ?? null) : null;
    const begun = template === "empty" || (await begin(template, path, spec));
    const answer =
      begun === true
        ? await answerOf(
            api.openNotebook({
              path,
              create: template === "empty",
              ...(kernelName === "" ? {} : { kernelName }),
            }),
          )
        : begun;
    setBusy(false);
    if (answer.ok) navigate({ page: "notebook", path: answer.value.path ?? path });
    else setProblem(answer.message);
  };

  return (
    <Dialog title="New notebook" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <Field label="Name" problem={problem}>
          {(ids) => (
            <input
              {...ids}
              data-autofocus=""
              value={name}
              spellCheck={false}
              autoComplete="off"
              onFocus={(event) => event.target.setSelectionRange(0, name.replace(/\.ipynb$/, "").length)}
              onChange={(event) => {
                setName(event.target.value);
                setProblem(null);
              }}
            />
          )}
        </Field>
        <Field label="Begin with">
          {(ids) => (
            <select {...ids} value={template} onChange={(event) => setTemplate(event.target.value)}>
              {TEMPLATES.map(({ id, label }) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
              {own.map((path) => (
                <option key={path} value={path}>
                  {path}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field
          label="Kernel"
          problem={
            specs === null || (specs.ok && specs.value.length > 0)
              ? null
              : specs.ok
                ? "No kernel is installed. Run `loopbook doctor` to see what to do."
                : specs.message
          }
        >
          {(ids) => (
            <select {...ids} value={kernelName} onChange={(event) => setKernelName(event.target.value)}>
              {specs?.ok &&
                specs.value.map((spec) => (
                  <option key={spec.name} value={spec.name}>
                    {spec.displayName}
                  </option>
                ))}
            </select>
          )}
        </Field>
        <div className={dialogStyles.actions}>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="go" type="submit" disabled={busy}>
            {busy ? "Starting its kernel…" : "Make it"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
