namespace LeVo.Alignment.Data;

/// <summary>
/// Draws batches of songs of similar length, so that little of a batch is padding. Every song has the same chance.
/// </summary>
internal sealed class LengthBuckets
{
    private const int BatchesPerBucket = 4;
    private readonly ITrainingSongs songs;
    private readonly int[] byLength;
    private readonly int batchSize;

    public LengthBuckets(ITrainingSongs songs, int batchSize)
    {
        this.songs = songs;
        byLength = [.. Enumerable.Range(0, songs.Count).OrderBy(songs.GetFrameCount)];
        this.batchSize = batchSize;
    }

    /// <summary>A batch, loaded; smaller than the batch size only where there are fewer songs.</summary>
    public IReadOnlyList<TrainingSong> Draw(Random random) => [.. DrawIndices(random).Select(songs.Load)];

    /// <summary>Indices of the songs of a batch.</summary>
    public int[] DrawIndices(Random random)
    {
        int bucket = Math.Min(byLength.Length, batchSize * BatchesPerBucket);
        // The circle of songs keeps the chance equal at both ends.
        int start = random.Next(byLength.Length);
        int[] members = [.. Enumerable.Range(start, bucket).Select(i => byLength[i % byLength.Length])];
        random.Shuffle(members);
        return members[..Math.Min(batchSize, members.Length)];
    }
}
