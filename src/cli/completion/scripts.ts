/**
 * The completion scripts of three shells. Each asks \`loopbook complete -- WORDS…\` for lines of \`value TAB description\`
 * and a last line \`:CODE\`. What is typed is passed on as it is and never evaluated.
 */

/** Parts of the code: no space after the word; the values are names of files. */
export const NO_SPACE = 2;
export const FILES = 8;

const bash = `# bash completion for loopbook
_loopbook() {
  local line code=0
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      :*) code="\${line#:}" ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(loopbook complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if (( code & ${NO_SPACE} )); then compopt -o nospace 2>/dev/null; fi
  if (( code & ${FILES} )); then compopt -o filenames 2>/dev/null; fi
}
complete -F _loopbook loopbook
`;

const zsh = `#compdef loopbook
# zsh completion for loopbook
_loopbook() {
  local line code=0
  local -a values shown how
  while IFS= read -r line; do
    case "$line" in
      :*) code="\${line#:}" ;;
      *)
        values+=("\${line%%$'\\t'*}")
        shown+=("\${(r:24:)\${line%%$'\\t'*}} \${line#*$'\\t'}")
        ;;
    esac
  done < <(loopbook complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( code & ${NO_SPACE} )); then how+=(-S ''); fi
  if (( code & ${FILES} )); then how+=(-f); else how+=(-l -d shown); fi
  if (( $#values )); then compadd "\${how[@]}" -- "\${values[@]}"; fi
}
if [[ "\${funcstack[1]-}" == _loopbook ]]; then _loopbook "$@"; else compdef _loopbook loopbook; fi
`;

const fish = `# fish completion for loopbook
function __loopbook_complete
  set -l words (commandline -opc) (commandline -ct)
  loopbook complete -- $words[2..-1] 2>/dev/null | string match --invert --regex '^:'
end
complete --command loopbook --no-files --arguments '(__loopbook_complete)'
`;

export const completionScripts: Readonly<Record<string, string>> = { bash, zsh, fish };
