/// Numbers for people.

/// With commas between thousands.
func grouped(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    var text = ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
        text.append(digit)
    }
    return number < 0 ? "-" + text : text
}

/// Rounded, with commas between thousands.
func decimal(_ number: Double, places: Int) -> String {
    guard number.isFinite, number.magnitude < 1e15 else { return "-" }
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    let scaled = Int((number.magnitude * Double(scale)).rounded())
    let whole = (number < 0 && scaled > 0 ? "-" : "") + grouped(scaled / scale)
    guard places > 0 else { return whole }
    let digits = String(scaled % scale)
    return whole + "." + String(repeating: "0", count: places - digits.count) + digits
}

/// In the unit that leaves at least two digits.
func byteText(_ bytes: Double) -> String {
    switch bytes.magnitude {
    case 10e6...: decimal(bytes / 1e6, places: 1) + " MB"
    case 10e3...: decimal(bytes / 1e3, places: 1) + " kB"
    default: decimal(bytes, places: 0) + " B"
    }
}

extension String {
    /// In the right of a column.
    func rightAligned(_ width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }

    /// In the left of a column.
    func leftAligned(_ width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
