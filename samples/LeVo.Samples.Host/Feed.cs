using System.Runtime.CompilerServices;

namespace LeVo.Samples.Host;

/// <summary>A growing list that any number of readers follow, each from its beginning to its end. Thread-safe.</summary>
internal sealed class Feed<T>
{
    private readonly Lock gate = new();
    private readonly List<T> items = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool complete;

    public void Add(T item) => Change(() => items.Add(item));

    public void Complete() => Change(() => complete = true);

    public async IAsyncEnumerable<T> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int next = 0; ;)
        {
            T[] added;
            bool ends;
            Task more;
            lock (gate)
                (added, ends, more) = ([.. items[next..]], complete, changed.Task);
            foreach (T item in added)
                yield return item;
            next += added.Length;
            if (ends)
                yield break;
            await more.WaitAsync(cancellationToken);
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource waiting;
        lock (gate)
        {
            change();
            (waiting, changed) = (changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        waiting.SetResult();
    }
}
