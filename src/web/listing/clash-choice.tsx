import styles from "./folder-dialogs.module.css";

export type Choice = "keep-both" | "replace" | "skip";

const WORDS: readonly (readonly [Choice, string])[] = [
  ["keep-both", "Keep both: the new ones get other names"],
  ["replace", "Replace what is here"],
  ["skip", "Skip those: what is here stays"],
];

/** Asked before anything is written. */
export function ClashChoice(props: {
  readonly names: readonly string[];
  readonly choice: Choice;
  readonly onChoose: (choice: Choice) => void;
}) {
  const { names, choice, onChoose } = props;
  return (
    <>
      <p>
        {names.length === 1 ? "One name is" : `${names.length.toLocaleString("en")} names are`} taken here.
        Nothing was written yet.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
      <ul className={styles.clashes} aria-label="Taken names" tabIndex={0}>
        {names.slice(0, 200).map((name) => (
          <li key={name}>{name}</li>
        ))}
        {names.length > 200 && <li>and {(names.length - 200).toLocaleString("en")} more</li>}
      </ul>
      <fieldset className={styles.choices}>
        <legend>What shall be done with them?</legend>
        {WORDS.map(([value, words]) => (
          <label key={value}>
            <input type="radio" name="clash" checked={choice === value} onChange={() => onChoose(value)} />
            {words}
          </label>
        ))}
      </fieldset>
    </>
  );
}
