namespace LeVo.Alignment.Data;

/// <summary>Training songs, of which only the lengths are in memory.</summary>
public interface ITrainingSongs
{
    /// <summary>Number of songs.</summary>
    int Count { get; }

    /// <summary>Returns the number of frames of a song without loading it.</summary>
    /// <param name="index">The song's index, from 0.</param>
    int GetFrameCount(int index);

    /// <summary>Loads a song.</summary>
    /// <param name="index">The song's index, from 0.</param>
    /// <exception cref="InvalidDataException">The song is invalid; the message contains the file and the
    /// index.</exception>
    TrainingSong Load(int index);
}
