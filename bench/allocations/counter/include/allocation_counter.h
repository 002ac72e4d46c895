// How often this process has asked for memory since it started.
long allocation_count(void);
