using System.Security.Cryptography;
using System.Text;
using LeVo.Core.Checkpoints;

namespace LeVo.Core.Model;

/// <summary>
/// A hash of a model's content that is cheap to compute: SHA-256 over the names and sizes of its files, their first
/// and last blocks (which include headers and directories), and sampled blocks between them.
/// </summary>
internal static class ModelHash
{
    private const int EdgeBytes = 1 << 18;
    private const int SampleBytes = 1 << 12;
    private const int Samples = 64;

    /// <summary>Computes the hash as lower-case hexadecimal digits.</summary>
    /// <param name="files">The files; their folders are not hashed.</param>
    /// <param name="withNames">Whether the names of the files are part of the hash.</param>
    public static string Compute(IEnumerable<string> files, bool withNames = true)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[EdgeBytes];
        foreach (string path in files)
        {
            using TensorFile file = TensorFile.Open(path);
            hash.AppendData(Encoding.UTF8.GetBytes($"{(withNames ? Path.GetFileName(path) : "")}\0{file.Length}\0"));
            Append(0, EdgeBytes);
            for (int i = 1; i <= Samples && file.Length > 2 * EdgeBytes; i++)
                Append((long)(file.Length * (i / (Samples + 1.0))), SampleBytes);
            Append(Math.Max(EdgeBytes, file.Length - EdgeBytes), EdgeBytes);

            void Append(long offset, int count)
            {
                Span<byte> block = buffer.AsSpan(0, (int)Math.Clamp(file.Length - offset, 0, count));
                file.Read(offset, block);
                hash.AppendData(block);
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
