/// What PostgreSQL can hold as text: everything but NUL. Strings of clients are checked before they come here.
extension String {
    public var fitsDatabase: Bool { !utf8.contains(0) }
}
