namespace LeVo.Alignment.Data;

/// <summary>
/// Draws batches of songs of similar length, to reduce padding. All songs have the same probability.
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

    /// <summary>
    /// Draws and loads a batch, which is smaller than the batch size only if there are fewer songs.
    /// </summary>
    public IReadOnlyList<TrainingSong> Draw(Random random) => [.. DrawIndices(random).Select(songs.Load)];

    /// <summary>Draws the indices of a batch's songs.</summary>
    public int[] DrawIndices(Random random)
    {
        int bucket = Math.Min(byLength.Length, batchSize * BatchesPerBucket);
        // Wrapping around gives songs at both ends the same probability.
        int start = random.Next(byLength.Length);
        int[] members = [.. Enumerable.Range(start, bucket).Select(i => byLength[i % byLength.Length])];
        random.Shuffle(members);
        return members[..Math.Min(batchSize, members.Length)];
    }
}
