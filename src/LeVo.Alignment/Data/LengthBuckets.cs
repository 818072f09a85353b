namespace LeVo.Alignment.Data;

/// <summary>
/// Draws batches of songs of similar length, so that little of a batch is padding. A batch follows from the seed and the step
/// alone; every song has the same chance.
/// </summary>
internal sealed class LengthBuckets
{
    private const int BatchesPerBucket = 4;
    private readonly ITrainingSongs songs;
    private readonly int[] byLength;
    private readonly int batchSize, seed;

    public LengthBuckets(ITrainingSongs songs, int batchSize, int seed)
    {
        this.songs = songs;
        byLength = [.. Enumerable.Range(0, songs.Count).OrderBy(songs.FramesOf)];
        this.batchSize = batchSize;
        this.seed = seed;
    }

    /// <summary>The batch of a step, loaded; smaller than the batch size only where there are fewer songs.</summary>
    public IReadOnlyList<TrainingSong> Draw(int step) => [.. Indices(step).Select(songs.Load)];

    /// <summary>The songs of a step's batch.</summary>
    public int[] Indices(int step)
    {
        var random = new Random(unchecked(seed * 31 + step));
        int bucket = Math.Min(byLength.Length, batchSize * BatchesPerBucket);
        // The circle of songs keeps the chance equal at both ends.
        int start = random.Next(byLength.Length);
        int[] members = [.. Enumerable.Range(start, bucket).Select(i => byLength[i % byLength.Length])];
        random.Shuffle(members);
        return members[..Math.Min(batchSize, members.Length)];
    }
}
