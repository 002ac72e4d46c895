import Primitives

/// What can happen to a cluster, or end.
enum Fault: CaseIterable {
    case crash, vanish, restart, massRestart, leave, join, twin
    case pause, longPause
    case cutOneWay, cutOff, narrow, heal, loss, duplication
    case reset, halfOpen, forget, damage, attack
    case databaseAway

    /// How often, against the others.
    var weight: Int {
        switch self {
        case .restart: 9
        case .heal: 7
        case .pause: 4
        case .crash, .vanish, .cutOneWay, .cutOff, .loss, .duplication, .reset: 3
        case .narrow, .halfOpen, .forget, .attack, .damage, .leave: 2
        case .massRestart, .join, .twin, .longPause, .databaseAway: 1
        }
    }

    func strike(_ world: ClusterWorld) {
        let place = Int.random(in: 0..<world.nodeCount, using: &world.random)
        let other = Int.random(in: 0..<world.nodeCount, using: &world.random)
        switch self {
        case .crash: world.strikeDown(place, isCrash: true)
        case .vanish: world.strikeDown(place, isCrash: false)
        case .restart: world.restartSome()
        case .massRestart: world.restartAll()
        case .leave: world.sendAway(place)
        case .join: if world.nodeCount < 10 { world.welcome() }
        case .twin: if world.nodeCount < 10 { world.welcomeTwin(of: place) }
        case .pause: world.stopClock(place, for: .milliseconds(Int64.random(in: 5...6000, using: &world.random)))
        case .longPause:
            world.stopClock(place, for: .milliseconds(Int64.random(in: 6000...16_000, using: &world.random)))
        case .cutOneWay: world.cutWay(from: place, to: other)
        case .cutOff: world.cutOff(place)
        case .narrow: world.narrowWay(from: place, to: other, Int.random(in: 2_000...200_000, using: &world.random))
        case .heal: world.healNetwork()
        case .loss: world.setLoss(Double.random(in: 0...0.5, using: &world.random))
        case .duplication: world.setDuplication(Double.random(in: 0...0.5, using: &world.random))
        case .reset: world.resetConnection()
        case .halfOpen: world.halfOpenConnection()
        case .forget: world.forgetConnection()
        case .damage: world.damageConnection()
        case .attack: world.attack(place)
        case .databaseAway: world.databaseIsAway ? world.databaseReturns() : world.databaseGoes()
        }
    }
}

/// Faults with their names, so that a run can be told.
extension ClusterWorld {
    func strikeDown(_ place: Int, isCrash: Bool) {
        guard nodes[place].state == .running else { return }
        fault("\(nodes[place].name) \(isCrash ? "crashes" : "loses power")")
        if isCrash { crash(place) } else { vanish(place) }
    }

    /// One that is down, if there is one.
    func restartSome() {
        let down = nodes.indices.filter(canRestart)
        guard !down.isEmpty, !databaseIsAway else { return }
        let place = down[Int.random(in: 0..<down.count, using: &random)]
        restart(place)
        fault("\(nodes[place].name) starts")
    }

    func restartWhoIsDown() {
        for place in nodes.indices where canRestart(place) {
            restart(place)
            fault("\(nodes[place].name) starts")
        }
    }

    /// All processes end at once, and come back one after the other.
    func restartAll() {
        guard !databaseIsAway else { return }
        fault("everyone is restarted")
        for place in nodes.indices where nodes[place].state == .running { crash(place) }
        for place in nodes.indices {
            run(for: .milliseconds(Int64.random(in: 0...300, using: &random)))
            restart(place)
        }
    }

    func sendAway(_ place: Int) {
        guard nodes[place].isServing, nodes.count(where: \.isServing) > 2 else { return }
        let isForGood = Bool.random(using: &random)
        fault("\(nodes[place].name) leaves\(isForGood ? " for good" : "")")
        if Bool.random(using: &random) { logoutAll(at: place) }
        leave(place, forGood: isForGood)
    }

    func welcome() {
        guard !databaseIsAway else { return }
        join()
        fault("\(nodes[nodes.count - 1].name) joins")
    }

    func welcomeTwin(of place: Int) {
        let count = nodes.count
        startTwin(of: place)
        if nodes.count > count { fault("\(nodes[count].name) is started beside \(nodes[place].name)") }
    }

    func stopClock(_ place: Int, for duration: Duration) {
        guard nodes[place].state == .running else { return }
        fault("\(nodes[place].name) stands still for \(duration.milliseconds) ms")
        pause(place, for: duration)
    }

    public func cutWay(from place: Int, to other: Int) {
        guard place != other else { return }
        fault("nothing passes from \(nodes[place].name) to \(nodes[other].name)")
        network.cut(from: place, to: other)
        noteNetwork()
    }

    func cutOff(_ place: Int) {
        fault("\(nodes[place].name) is cut off")
        network.cut([place], nodes.indices.filter { $0 != place })
        noteNetwork()
    }

    public func narrowWay(from place: Int, to other: Int, _ rate: Int) {
        guard place != other else { return }
        fault("\(rate) bytes/s pass from \(nodes[place].name) to \(nodes[other].name)")
        network.limit(from: place, to: other, bytesPerSecond: rate)
        noteNetwork()
    }

    public func healNetwork() {
        fault("the network is mended")
        if !network.isCalm { noteNetwork() }
        network.heal()
        hurryStreams()
    }

    public func setLoss(_ loss: Double) {
        fault("\(Int(loss * 100)) % of all datagrams are lost")
        if !network.isCalm { noteNetwork() }
        if network.loss > 0 { watch.lossyUntil = now }
        network.loss = loss
    }

    func setDuplication(_ share: Double) {
        fault("\(Int(share * 100)) % of all datagrams come twice")
        network.duplication = share
    }

    func databaseGoes() {
        fault("the database goes away")
        databaseIsAway = true
    }

    func databaseReturns() {
        if databaseIsAway { fault("the database is back") }
        databaseIsAway = false
    }
}
