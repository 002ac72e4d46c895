import Glibc
public import Primitives

/// What the calendar says: for logs and times of messages, never for decisions.
@Sendable public func wallClock() -> UnixTime {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return UnixTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
}

/// The hour of the day in the time zone of the process; `nil` if that is not known.
public func localHour(_ time: UnixTime) -> Int? {
    var seconds = time_t(time.milliseconds / 1000)
    var local = unsafe tm()
    guard unsafe localtime_r(&seconds, &local) != nil else { return nil }
    return Int(unsafe local.tm_hour)
}
