import Primitives

extension Verb {
    static let completion = [
        Verb(
            "completion", nil, "SHELL",
            "Writes completions for bash or zsh; for bash: source <(talkctl completion bash)", run: complete)
    ]

    private static func complete(_ call: Invocation) throws -> Report {
        let script: String
        switch call.subject {
        case "bash": script = bash
        // zsh can read completions of bash.
        case "zsh": script = "autoload -U +X bashcompinit && bashcompinit\n" + bash
        default: throw call.verb.misuse("\(call.subject): expected bash or zsh")
        }
        return Report(script, .string(script))
    }

    /// Nouns, then their verbs, then options; and files behind options that take one.
    private static var bash: String {
        func lines(_ cases: [(String, [String])]) -> String {
            cases.map { "        '\($0)') words='\($1.joined(separator: " "))' ;;" }.joined(separator: "\n")
        }
        func options(_ verbs: [Verb]) -> [(String, [String])] {
            verbs.map { ($0.words.joined(separator: " "), ($0.options + common).map(\.name)) }
        }
        let nouns = Set(all.map(\.noun)).sorted()
        let pairs = Dictionary(grouping: all.filter { $0.name != nil }, by: \.noun)
        let files = Set((all.flatMap(\.options) + common).filter { $0.placeholder == "FILE" }.map(\.name)).sorted()
        return """
            _talkctl() {
              local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=
              case $before in
                \(files.joined(separator: "|"))) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
              esac
              if [[ $COMP_CWORD == 1 ]]; then
                words='\(nouns.joined(separator: " "))'
              else
                case ${COMP_WORDS[1]} in
            \(lines(pairs.sorted { $0.key < $1.key }.map { ($0, $1.compactMap(\.name)) }))
            \(lines(options(all.filter { $0.name == nil })))
                esac
                [[ $COMP_CWORD == 2 ]] || case "${COMP_WORDS[1]} ${COMP_WORDS[2]}" in
            \(lines(options(all.filter { $0.name != nil })))
                esac
              fi
              mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
            }
            complete -F _talkctl talkctl
            """
    }
}
