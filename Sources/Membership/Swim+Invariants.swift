extension Swim {
    /// For tests: what is not as it must be between two calls, if anything.
    public func checkInvariants() -> String? {
        let own = Standing(me.epoch, incarnation, rank).hash(of: me.node)
        if members.values.reduce(own, { $0 ^ $1.standing.hash(of: $1.node) }) != tableHash {
            return "the hash of the table is not that of its members"
        }
        if known != members.keys.sorted() { return "known are \(known), members \(members.keys.sorted())" }
        let living = members.values.filter(\.isLive).map(\.node).sorted()
        if live.sorted() != living { return "\(live.sorted()) are listed as live, \(living) are" }
        let suspected = members.values.filter { $0.standing.rank == .suspect }.map(\.node).sorted()
        if suspects.sorted() != suspected { return "\(suspects.sorted()) are listed as suspects, \(suspected) are" }
        let accused = members.values.filter { $0.suspicion != nil }.map(\.node).sorted()
        if accused != suspected { return "there are suspicions of \(accused), and suspects \(suspected)" }
        return nil
    }
}
