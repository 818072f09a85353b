namespace LeVo.Alignment.Data;

/// <summary>Songs to learn from, of which only the lengths are held in memory.</summary>
public interface ITrainingSongs
{
    /// <summary>Number of songs.</summary>
    int Count { get; }

    /// <summary>Frames of a song, without loading it.</summary>
    int FramesOf(int index);

    /// <summary>Loads a song.</summary>
    /// <exception cref="InvalidDataException">It is broken; the message names file and index.</exception>
    TrainingSong Load(int index);
}
