namespace LeVo.Core.Tests.Text;

internal static class TextFiles
{
    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Text", "Files", name);
}
