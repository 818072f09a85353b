namespace LeVo.Alignment.Data;

/// <summary>Songs in memory.</summary>
internal sealed class SongsInMemory(IReadOnlyList<TrainingSong> songs) : ITrainingSongs
{
    public int Count => songs.Count;

    public int GetFrameCount(int index) => songs[index].Tokens.Frames;

    public TrainingSong Load(int index) => songs[index];
}
