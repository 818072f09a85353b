using LeVo.Cluster.Work;
using LeVo.ClusterProbe;

namespace LeVo.Cluster.Tests.Work;

/// <summary>What every queue promises.</summary>
public abstract class QueueContract : IAsyncDisposable
{
    private static readonly TimeSpan NoTime = TimeSpan.Zero, Long = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder folder = new();
    private readonly List<string> log = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public virtual ValueTask DisposeAsync()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task ItemsAreDeliveredInTheirOrder()
    {
        IWorkQueue queue = await OpenAsync();
        WorkItem[] items = Items(3);
        await AddAsync(queue, items);
        foreach (WorkItem item in items)
        {
            await using IWorkLease? lease = await queue.TakeAsync(FileWork.KindName, Long, Token);
            Assert.Equal(item, lease!.Work);
            Assert.Equal(1, lease.Attempt);
            await lease.CompleteAsync();
        }
        Assert.Null(await queue.TakeAsync(FileWork.KindName, NoTime, Token));
        Assert.Equal(0, await queue.CountAsync(FileWork.KindName, Token));
    }

    [Fact]
    public async Task KindsAreApart()
    {
        IWorkQueue queue = await OpenAsync();
        await AddAsync(queue, [new("other", "{}")]);
        Assert.Null(await queue.TakeAsync(FileWork.KindName, NoTime, Token));
        Assert.Equal(1, await queue.CountAsync("other", Token));
        await using IWorkLease? lease = await queue.TakeAsync("other", Long, Token);
        Assert.Equal("other", lease!.Work.Kind);
        await lease.CompleteAsync();
    }

    [Fact]
    public async Task AnItemIsAddedOnce()
    {
        IWorkQueue queue = await OpenAsync();
        WorkItem item = FileWork.Item("twice");
        Assert.True(await queue.AddAsync(item, Token));
        Assert.False(await queue.AddAsync(item, Token));
        Assert.Equal(1, await queue.CountAsync(FileWork.KindName, Token));
    }

    [Fact]
    public async Task AnItemThatIsHandedBackIsDeliveredAgain()
    {
        IWorkQueue queue = await OpenAsync();
        await AddAsync(queue, [FileWork.Item("back")]);
        await using (IWorkLease? lease = await queue.TakeAsync(FileWork.KindName, Long, Token))
        {
            Assert.Equal(1, await queue.CountAsync(FileWork.KindName, Token));
            await lease!.RetryAsync(TimeSpan.Zero);
        }
        await using IWorkLease? again = await queue.TakeAsync(FileWork.KindName, Long, Token);
        Assert.Equal(2, again!.Attempt);
        await again.CompleteAsync();
    }

    [Fact]
    public async Task ARejectedItemIsKeptWithItsReason()
    {
        IWorkQueue queue = await OpenAsync();
        WorkItem item = FileWork.Item("bad");
        await AddAsync(queue, [item]);
        await using (IWorkLease? lease = await queue.TakeAsync(FileWork.KindName, Long, Token))
            await lease!.RejectAsync("No worker can read it.");
        Assert.Equal(0, await queue.CountAsync(FileWork.KindName, Token));
        Assert.Equal([new(item, 1, "No worker can read it.")], await RejectedAsync(queue));
        Assert.Null(await queue.TakeAsync(FileWork.KindName, NoTime, Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task AnyNumberOfWorkersWritesTheSameFiles(int workers)
    {
        WorkItem[] items = Items(12);
        IWorkQueue first = await OpenAsync();
        await AddAsync(first, items);
        IWorkQueue[] queues = [first, .. await Task.WhenAll(Enumerable.Range(1, workers - 1).Select(_ => ReopenAsync(first)))];
        int[] done = await Task.WhenAll(queues.Select(queue => Runner(queue).RunAsync(Token)));
        Assert.Equal(items.Length, done.Sum());
        Assert.Equal(items.Length, log.Count(line => line.StartsWith("wrote", StringComparison.Ordinal)));
        AssertWritten(items);
    }

    [Fact]
    public async Task ABadItemCostsNoOther()
    {
        IWorkQueue queue = await OpenAsync();
        WorkItem broken = FileWork.Item("broken", "throw"), refused = FileWork.Item("refused", "refuse");
        WorkItem[] good = [.. Items(3), FileWork.Item("stumbles", "stumble")];
        await AddAsync(queue, [broken, refused, .. good]);
        Assert.Equal(good.Length, await Runner(queue, mostAttempts: 3).RunAsync(Token));
        AssertWritten(good);
        Assert.Equal(3, log.Count(line => line.StartsWith("started broken", StringComparison.Ordinal)));
        RejectedWork[] rejected = [.. (await RejectedAsync(queue)).OrderBy(one => one.Attempts)];
        Assert.Equal([refused, broken], rejected.Select(one => one.Work));
        Assert.Equal([1, 3], rejected.Select(one => one.Attempts));
        Assert.Equal("InvalidDataException: It has no text.", rejected[0].Reason);
        Assert.Equal("InvalidOperationException: The text 'broken' is bad.", rejected[1].Reason);
    }

    [Fact]
    public async Task AStoppedWorkerHandsItsItemBack()
    {
        IWorkQueue queue = await OpenAsync();
        WorkItem held = FileWork.Item("held", "hold");
        await AddAsync(queue, [held]);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var started = new TaskCompletionSource();
        var work = new FileWork(new(folder.Path), _ => started.TrySetResult());
        Task<int> running = new WorkRunner(queue, work).RunAsync(stop.Token);
        await started.Task;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(1, await Runner(queue).RunAsync(Token));
        AssertWritten([held]);
    }

    [Fact]
    public async Task WhatIsThereIsNotDoneAgain()
    {
        IWorkQueue queue = await OpenAsync();
        WorkItem[] items = Items(4);
        await AddAsync(queue, items[..2]);
        await Runner(queue).RunAsync(Token);
        log.Clear();
        // A queue that knows of nothing, and everything is submitted again.
        IWorkQueue empty = await OpenAsync();
        await AddAsync(empty, items);
        Assert.Equal(4, await Runner(empty).RunAsync(Token));
        Assert.Equal(["wrote text 2 1", "wrote text 3 1"], log.Where(line => line.StartsWith("wrote", StringComparison.Ordinal)));
        AssertWritten(items);
    }

    /// <summary>Opens a new queue.</summary>
    internal abstract Task<IWorkQueue> OpenAsync();

    /// <summary>Opens a queue for another worker.</summary>
    internal abstract Task<IWorkQueue> ReopenAsync(IWorkQueue queue);

    private static WorkItem[] Items(int count) => [.. Enumerable.Range(0, count).Select(i => FileWork.Item($"text {i}"))];

    private static async Task AddAsync(IWorkQueue queue, WorkItem[] items)
    {
        foreach (WorkItem item in items)
            Assert.True(await queue.AddAsync(item, Token));
    }

    private static async Task<List<RejectedWork>> RejectedAsync(IWorkQueue queue)
    {
        var all = new List<RejectedWork>();
        await foreach (RejectedWork one in queue.ReadRejectedAsync(FileWork.KindName, Token))
            all.Add(one);
        return all;
    }

    private WorkRunner Runner(IWorkQueue queue, int mostAttempts = 5) => new(queue, new FileWork(new(folder.Path), Log),
        new() { MostAttempts = mostAttempts, RetryAfter = TimeSpan.FromMilliseconds(1), Until = Task.CompletedTask });

    private void Log(string line)
    {
        lock (log)
            log.Add(line);
    }

    private void AssertWritten(WorkItem[] items)
    {
        var work = new FileWork(new(folder.Path), Log);
        Assert.All(items, item => Assert.True(work.IsDone(item)));
        Assert.Equal(items.Length, Directory.GetFiles(folder.At("parts")).Length);
    }
}
