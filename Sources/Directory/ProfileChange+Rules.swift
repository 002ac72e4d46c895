public import DBProxy
import Primitives

/// What users may say of themselves.
extension ProfileChange {
    /// As it is stored.
    public var inNormalForm: ProfileChange {
        ProfileChange(
            avatar: avatar?.inNormalForm, sign: sign?.inNormalForm, phone: phone?.inNormalForm,
            email: email?.inNormalForm)
    }

    /// Completes "it cannot be stored: "; `nil` if it can.
    public var flaw: String? {
        let texts: [(String?, NameRule)] = [(avatar, .picture), (sign, .sign), (phone, .contact), (email, .contact)]
        return texts.lazy.compactMap { text, rule in text.flatMap { rule.flaw(in: $0) } }.first
    }
}
