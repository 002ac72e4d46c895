/// How many single-byte insertions, deletions, replacements and swaps of neighbours turn one text into the other.
///
/// The "optimal string alignment" form of Damerau's distance (1964): a swap counts once, because swapping two letters
/// is one slip of the fingers. For suggestions among names, so quadratic time is fine; the caller bounds the lengths.
public func editDistance(_ left: some Sequence<UInt8>, _ right: some Sequence<UInt8>) -> Int {
    let left = Array(left)
    let right = Array(right)
    // Rows of the table for the last, the current and the next byte of `left`.
    var before: [Int] = []
    var previous = Array(0...right.count)
    for row in left.indices {
        var current = [row + 1]
        for column in right.indices {
            let isSame = left[row] == right[column]
            var best = min(previous[column + 1] + 1, current[column] + 1, previous[column] + (isSame ? 0 : 1))
            let isSwap =
                row > 0 && column > 0 && left[row] == right[column - 1] && left[row - 1] == right[column]
            if isSwap { best = min(best, before[column - 1] + 1) }
            current.append(best)
        }
        before = previous
        previous = current
    }
    return previous[right.count]
}

/// The name that was probably meant: the closest of `names`, the first of equals, or `nil` if none is close enough
/// to be a misspelling (a third of the letters, at least one).
public func nearestName(to name: String, among names: some Sequence<String>) -> String? {
    let length = name.utf8.count
    // Longer than any name of ours: not worth a table of that size.
    guard length <= 100 else { return nil }
    let limit = max(1, length / 3)
    var nearest: (name: String, distance: Int)?
    for candidate in names where abs(candidate.utf8.count - length) <= limit {
        let distance = editDistance(name.utf8, candidate.utf8)
        if distance <= limit && distance < nearest?.distance ?? .max { nearest = (candidate, distance) }
    }
    return nearest?.name
}
