/// What this program calls itself.
public enum ProductVersion {
    public static let current = "0.1.0"
}
