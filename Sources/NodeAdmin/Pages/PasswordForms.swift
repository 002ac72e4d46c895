import Administration
import Primitives
import Reactor

/// Passwords as they are stored, worked out on other threads: each takes a quarter of a second. Confined to its loop.
struct PasswordForms {
    private let workers: WorkerPool
    private unowned let loop: EventLoop

    init(_ workers: WorkerPool, on loop: EventLoop) {
        self.workers = workers
        self.loop = loop
    }

    /// Of the member `password` of a call, which was checked.
    func store(_ call: Call, then body: @escaping (String) -> Void) {
        let password = call.body["password"]?.text ?? ""
        let isAccepted = workers.submit(from: loop, { try? AccountPassword.stored(password) }) { stored in
            guard let stored else { return call.fail(.internalError, "the password's stored form was not computed") }
            body(stored)
        }
        if !isAccepted { call.send(.problem(.overloaded)) }
    }
}

extension Problem {
    fileprivate static var overloaded: Problem {
        var problem = Problem(.overloaded, "too many passwords are being computed; try again in a second")
        problem.retryAfterSeconds = 1
        problem.isRepeatable = true
        return problem
    }
}

extension JSONSchema {
    /// As `talkctl` takes it, too.
    static let password = JSONSchema.text(
        TextRule(lengths: AccountPassword.lengths, pattern: #"^[^\x00-\x1f\x7f]*$"#, flaw: AccountPassword.flaw))
}
