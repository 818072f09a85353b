namespace LeVo.Cluster.Work;

/// <summary>Does the items of one kind. One item is done at a time.</summary>
public interface IWork
{
    /// <summary>The kind of work.</summary>
    string Kind { get; }

    /// <summary>Checks that this worker can do an item, without starting work.</summary>
    /// <param name="item">The item.</param>
    /// <exception cref="InvalidDataException">The payload is invalid or is for another model; the item is rejected.</exception>
    void Check(WorkItem item);

    /// <summary>Returns whether the item's output exists.</summary>
    /// <param name="item">The item.</param>
    bool IsDone(WorkItem item);

    /// <summary>
    /// Does an item. The output appears whole or not at all, and is the same whichever worker makes it, at which attempt.
    /// </summary>
    /// <param name="item">The item.</param>
    /// <param name="attempt">The attempt, from 1. Files of unfinished work carry it in their names, because the worker of the
    /// attempt before may still be writing.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="InvalidDataException">The item can't be done by any worker; it is rejected.</exception>
    /// <exception cref="ArgumentException">As above.</exception>
    /// <exception cref="FormatException">As above.</exception>
    Task DoAsync(WorkItem item, int attempt, CancellationToken cancellationToken);
}
