namespace LeVo.Alignment.Data;

/// <summary>Songs to learn from, of which only the lengths are held in memory.</summary>
public interface ITrainingSongs
{
    /// <summary>Number of songs.</summary>
    int Count { get; }

    /// <summary>Number of frames of a song; does not load it.</summary>
    int GetFrameCount(int index);

    /// <summary>Loads a song.</summary>
    /// <exception cref="InvalidDataException">It is broken; the message names file and index.</exception>
    TrainingSong Load(int index);
}
